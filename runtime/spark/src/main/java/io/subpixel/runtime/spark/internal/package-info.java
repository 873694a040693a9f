/** Stages of a job, and what executors share. */
@NullMarked
package io.subpixel.runtime.spark.internal;

import org.jspecify.annotations.NullMarked;
