/** Shows that every path of the project gives the same picture, and how good it is. */
@NullMarked
package io.subpixel.conformance;

import org.jspecify.annotations.NullMarked;
