package io.subpixel.zoo.degradation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Degradations known by name. They are weaker than Real-ESRGAN's (Wang et al., arXiv 2107.10833):
 * most pictures were degraded once, and a network that expects worse oversmooths good ones.
 */
enum Preset {
  /** Typical photographs: from a phone, a chat, the web. */
  PHOTO(
      "[blur:gaussian/anisotropic,0.1..0.5@0.3"
          + "+[resize:area/bilinear/bicubic/lanczos,0.2..1+jpeg:70..95,420/444,shifted]@0.15"
          + "+shrink:bicubic/lanczos/bilinear/area"
          + "+sharpen:0.2..0.8,0.5..1.2@0.12"
          + "+one[noise:colour/grey/soft/bayer,1..8+shot:colour/soft/bayer,0.01..0.15]@0.35"
          + "+jpeg:30..95,shifted@0.75+webp:30..90@0.2]@0.85"
          + "+shrink:bicubic/area"),
  /** Photographs that were compressed and resized several times. */
  PHOTO_STRONG(
      "blur:gaussian/anisotropic/generalised/plateau/sinc,0.1..1.2@0.8"
          + "+resize:area/bilinear/bicubic/lanczos,0..1.2@0.6"
          + "+one[noise:colour/grey/soft/bayer,1..20+shot:colour/soft/bayer,0.02..0.6]@0.7"
          + "+jpeg:30..95,420/444,shifted@0.7"
          + "+blur:gaussian/anisotropic,0.1..0.7@0.4"
          + "+shuffle[shrink+jpeg:25..90,420/444,shifted"
          + "+sharpen:0.2..1.2,0.5..1.5@0.3+noise:colour/soft,1..12@0.3]"),
  /**
   * Photographs that were resized and compressed, perhaps twice, but have no noise: a network that
   * expects noise takes fine textures for it.
   */
  WEB(
      "[blur:gaussian/anisotropic,0.1..0.4@0.15"
          + "+[resize:area/bilinear/bicubic/lanczos,0.3..1+jpeg:60..95,420/444,shifted]@0.3"
          + "+one[shrink:bicubic/lanczos+shrink:bicubic/lanczos+shrink:bilinear/area]"
          + "+sharpen:0.2..0.6,0.5..1@0.06"
          + "+one[jpeg:30..95,420/444,shifted+jpeg:30..95,shifted+jpeg:30..95,shifted+webp:30..90]]@0.95"
          + "+shrink:bicubic/lanczos"),
  /**
   * Frames of compressed clips. Most were shrunk by a sharp filter: a network that expects blur too
   * oversharpens them, which costs more than it gains on blurred ones.
   */
  CLIP(
      "[blur:gaussian,0.1..0.3@0.1"
          + "+one[shrink:bicubic+shrink:bicubic+shrink:bicubic/lanczos/area]"
          + "+one[h264:22..40+h264:22..40+h264:22..40+h264:22..40+vp9:25..55+av1:25..55+mpeg4:3..9]]@0.95"
          + "+shrink:bicubic"),
  /** Drawings, screens and text: hard edges, saved as JPEG, reduced, or as GIF. */
  DRAWING(
      "[blur:gaussian,0.1..0.5@0.3"
          + "+[resize:area/bilinear/bicubic/lanczos,0.2..1+jpeg:60..95,420/444,shifted]@0.2"
          + "+shrink"
          + "+sharpen:0.2..1,0.5..1.5@0.15"
          + "+jpeg:30..95,420/444,shifted@0.65+palette:8..256@0.12]@0.85"
          + "+shrink:bicubic/area");

  private final String steps;

  Preset(String steps) {
    this.steps = steps;
  }

  static @Nullable Preset find(String name) {
    for (Preset preset : values()) {
      if (preset.id().equals(name)) {
        return preset;
      }
    }
    return null;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the id of its steps. */
  String steps() {
    return steps;
  }
}
