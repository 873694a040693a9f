/** Upscales video; the one package that touches FFmpeg. */
@NullMarked
package io.subpixel.runtime.video;

import org.jspecify.annotations.NullMarked;
