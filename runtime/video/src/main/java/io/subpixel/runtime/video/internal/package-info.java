/**
 * How clips are read, upscaled and written; the one package that touches FFmpeg. No API: any of it
 * may change.
 */
@NullMarked
package io.subpixel.runtime.video.internal;

import org.jspecify.annotations.NullMarked;
