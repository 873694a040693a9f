/** What the tests of the runtime's modules share. */
@NullMarked
package io.subpixel.runtime.testing;

import org.jspecify.annotations.NullMarked;
