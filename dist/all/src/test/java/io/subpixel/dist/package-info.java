/** Tests of what the archives hold beside the commands. */
@NullMarked
package io.subpixel.dist;

import org.jspecify.annotations.NullMarked;
