package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.codec.PictureFormat;

/** The media types of pictures. */
final class MediaTypes {
  private MediaTypes() {}

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
    };
  }
}
