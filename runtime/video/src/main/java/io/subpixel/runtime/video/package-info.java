/** Upscales clips and reads their frames. This is the API; FFmpeg's types aren't part of it. */
@NullMarked
package io.subpixel.runtime.video;

import org.jspecify.annotations.NullMarked;
