/** The routes of the service, and what they do. */
@NullMarked
package io.subpixel.runtime.server.internal;

import org.jspecify.annotations.NullMarked;
