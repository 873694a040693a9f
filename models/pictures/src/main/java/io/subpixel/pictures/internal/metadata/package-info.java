/** Exif, ICC profiles, Photoshop's resources, and orientation. */
@NullMarked
package io.subpixel.pictures.internal.metadata;

import org.jspecify.annotations.NullMarked;
