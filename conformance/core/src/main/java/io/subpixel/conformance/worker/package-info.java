/** Work that may crash or hang, in a process of its own. */
@NullMarked
package io.subpixel.conformance.worker;

import org.jspecify.annotations.NullMarked;
