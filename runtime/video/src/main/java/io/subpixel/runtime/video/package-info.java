/** Upscales clips, and hands out their frames: what other programs may use. FFmpeg stays inside. */
@NullMarked
package io.subpixel.runtime.video;

import org.jspecify.annotations.NullMarked;
