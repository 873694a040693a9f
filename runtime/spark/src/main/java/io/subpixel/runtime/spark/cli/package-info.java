/** The command {@code runtime spark}. */
@NullMarked
package io.subpixel.runtime.spark.cli;

import org.jspecify.annotations.NullMarked;
