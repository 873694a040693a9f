/** Upscales pictures over HTTP. In {@code runtime}, only this module knows a server library. */
@NullMarked
package io.subpixel.runtime.server;

import org.jspecify.annotations.NullMarked;
