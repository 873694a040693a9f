/** The interface that each picture format implements, and the metadata of a picture. */
@NullMarked
package io.subpixel.pictures.codec;

import org.jspecify.annotations.NullMarked;
