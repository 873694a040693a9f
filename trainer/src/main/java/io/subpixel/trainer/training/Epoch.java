package io.subpixel.trainer.training;

import org.jspecify.annotations.Nullable;

/**
 * What an epoch brought: a row of the history.
 *
 * @param epoch from 1
 * @param steps optimiser steps since the start
 * @param seconds since the start, validation included
 * @param learningRate at the epoch's end
 * @param loss mean over the epoch's steps
 * @param samplesPerSecond patches trained in a second, validation left out
 * @param validation what was measured after it, if anything
 */
public record Epoch(
    int epoch,
    long steps,
    double seconds,
    double learningRate,
    double loss,
    double samplesPerSecond,
    @Nullable Quality validation) {}
