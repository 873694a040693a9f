/** Reads, upscales and writes clips. The only package that uses FFmpeg. Not part of the API. */
@NullMarked
package io.subpixel.runtime.video.internal;

import org.jspecify.annotations.NullMarked;
