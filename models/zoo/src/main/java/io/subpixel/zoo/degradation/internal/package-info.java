/** What degradations ask of other modules. */
@NullMarked
package io.subpixel.zoo.degradation.internal;

import org.jspecify.annotations.NullMarked;
