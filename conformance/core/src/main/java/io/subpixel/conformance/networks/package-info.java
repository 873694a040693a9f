/** Networks that others wrote, each exported as its owner would try it first. */
@NullMarked
package io.subpixel.conformance.networks;

import org.jspecify.annotations.NullMarked;
