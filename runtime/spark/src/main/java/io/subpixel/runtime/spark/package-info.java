/** Upscales archives of pictures on Apache Spark, and columns of pictures in its DataFrames. */
@NullMarked
package io.subpixel.runtime.spark;

import org.jspecify.annotations.NullMarked;
