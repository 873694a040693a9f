package io.subpixel.models;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the channels of a model's input and output mean. */
public enum Colour {
  /** One channel: full-range BT.601 luma, 0..1. The caller upscales chroma by bicubic. */
  @JsonProperty("y")
  Y(1),
  /** Three channels: R, G, B, each 0..1. */
  @JsonProperty("rgb")
  RGB(3);

  private final int channels;

  Colour(int channels) {
    this.channels = channels;
  }

  /** The C of the model's {@code [N,C,H,W]}. */
  public int channels() {
    return channels;
  }
}
