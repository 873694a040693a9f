/** What the tests of several modules share. */
@NullMarked
package io.subpixel.testing;

import org.jspecify.annotations.NullMarked;
