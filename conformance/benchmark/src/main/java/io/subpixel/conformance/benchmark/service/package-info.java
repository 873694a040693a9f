/** The service under load, beside the library and a minimal service in Node. */
@NullMarked
package io.subpixel.conformance.benchmark.service;

import org.jspecify.annotations.NullMarked;
