/** Pictures that FFmpeg's codecs decode or encode: HEIC, AVIF, JPEG 2000. */
@NullMarked
package io.subpixel.runtime.video.internal.still;

import org.jspecify.annotations.NullMarked;
