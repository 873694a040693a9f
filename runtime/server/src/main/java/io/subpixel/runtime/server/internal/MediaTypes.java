package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.codec.PictureFormat;

/** The media types of pictures and clips. */
final class MediaTypes {
  private MediaTypes() {}

  /** Returns that of a clip, by the ending of its name. */
  static String ofClip(String ending) {
    return switch (ending) {
      case "mp4", "webm" -> "video/" + ending;
      case "gif", "apng", "webp" -> "image/" + ending;
      case "mkv" -> "video/matroska";
      case "mov" -> "video/quicktime";
      case "avi" -> "video/vnd.avi";
      default -> "application/octet-stream";
    };
  }

  static String of(PictureFormat format) {
    return switch (format) {
      case PNG -> "image/png";
      case JPEG -> "image/jpeg";
      case BMP -> "image/bmp";
      case GIF -> "image/gif";
      case TIFF -> "image/tiff";
      case WEBP -> "image/webp";
      case PNM -> "image/x-portable-anymap";
      case HEIC -> "image/heic";
      case AVIF -> "image/avif";
      case JPEG_2000 -> "image/jp2";
      case OPEN_EXR -> "image/x-exr";
    };
  }
}
