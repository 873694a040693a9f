/** What a picture has been through, as far as its file and its samples tell. */
@NullMarked
package io.subpixel.models.condition;

import org.jspecify.annotations.NullMarked;
