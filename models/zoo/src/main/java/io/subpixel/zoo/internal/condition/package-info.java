/** What a picture has been through, as far as its file and its samples tell. */
@NullMarked
package io.subpixel.zoo.internal.condition;

import org.jspecify.annotations.NullMarked;
