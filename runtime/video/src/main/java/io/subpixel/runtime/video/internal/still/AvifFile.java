package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.video.internal.still.Heif.Nclx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes an AVIF file of coded pictures (AV1 Image File Format 1.2; ISO/IEC 23008-12).
 *
 * @param colour the coded picture
 * @param alpha that of its alpha, or null
 * @param exif a TIFF stream, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AvifFile(
    PictureLayout layout,
    Av1Picture colour,
    @Nullable Av1Picture alpha,
    Nclx colours,
    byte @Nullable [] profile,
    byte @Nullable [] exif,
    byte @Nullable [] xmp) {
  private static final String ALPHA = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
  private static final String XMP_TYPE = "application/rdf+xml";
  private static final int HIDDEN = 1;
  private static final int PRIMARY = 1;

  /** Numbers of ipco's properties, counted from 1. */
  private static final int ESSENTIAL = 0x80;

  private record Item(int id, String type, String contentType, byte[] data, boolean isHidden) {}

  private List<Item> items() {
    List<Item> items = new ArrayList<>();
    items.add(new Item(PRIMARY, "av01", "", colour.data(), false));
    if (alpha != null) {
      items.add(new Item(items.size() + 1, "av01", "", alpha.data(), true));
    }
    if (exif != null) {
      // The stream begins right behind the number that tells where.
      byte[] data = new BoxWriter().u32(0).put(exif).toByteArray();
      items.add(new Item(items.size() + 1, "Exif", "", data, true));
    }
    if (xmp != null) {
      items.add(new Item(items.size() + 1, "mime", XMP_TYPE, xmp, true));
    }
    return items;
  }

  byte[] encoded() {
    List<Item> items = items();
    byte[] type =
        new BoxWriter()
            .box("ftyp", to -> to.text("avif").u32(0).text("avif").text("mif1").text("miaf"))
            .toByteArray();
    // All numbers have a fixed size, so the place of the data doesn't change the size of meta.
    int metaSize = meta(items, 0).length;
    byte[] meta = meta(items, type.length + metaSize + 8L);
    return new BoxWriter()
        .put(type)
        .put(meta)
        .box("mdat", to -> items.forEach(item -> to.put(item.data)))
        .toByteArray();
  }

  private byte[] meta(List<Item> items, long dataAt) {
    return new BoxWriter()
        .fullBox(
            "meta",
            0,
            0,
            to -> {
              to.fullBox("hdlr", 0, 0, box -> box.u32(0).text("pict").put(new byte[12]).string(""));
              to.fullBox("pitm", 0, 0, box -> box.u16(PRIMARY));
              to.fullBox("iloc", 0, 0, box -> locations(box, items, dataAt));
              to.fullBox("iinf", 0, 0, box -> information(box, items));
              if (items.size() > 1) {
                to.fullBox("iref", 0, 0, box -> references(box, items));
              }
              to.box("iprp", this::properties);
            })
        .toByteArray();
  }

  private static void locations(BoxWriter to, List<Item> items, long dataAt) {
    to.u8(0x44).u8(0).u16(items.size());
    long at = dataAt;
    for (Item item : items) {
      to.u16(item.id).u16(0).u16(1).u32(at).u32(item.data.length);
      at += item.data.length;
    }
  }

  private static void information(BoxWriter to, List<Item> items) {
    to.u16(items.size());
    for (Item item : items) {
      to.fullBox(
          "infe",
          2,
          item.isHidden ? HIDDEN : 0,
          box -> {
            box.u16(item.id).u16(0).text(item.type).string("");
            if (!item.contentType.isEmpty()) {
              box.string(item.contentType);
            }
          });
    }
  }

  private static void references(BoxWriter to, List<Item> items) {
    for (Item item : items.subList(1, items.size())) {
      String type = item.type.equals("av01") ? "auxl" : "cdsc";
      to.box(type, box -> box.u16(item.id).u16(1).u16(PRIMARY));
    }
  }

  private void properties(BoxWriter to) {
    List<Integer> ofColour = new ArrayList<>(List.of(1, 2, 3 | ESSENTIAL, 4));
    List<Integer> ofAlpha = new ArrayList<>();
    to.box(
        "ipco",
        box -> {
          box.fullBox("ispe", 0, 0, size -> size.u32(layout.width()).u32(layout.height()));
          pixels(box, colour);
          box.box("av1C", content -> content.put(colour.configuration()));
          box.box(
              "colr",
              content ->
                  content
                      .text("nclx")
                      .u16(colours.primaries())
                      .u16(colours.transfer())
                      .u16(colours.matrix())
                      .u8(colours.isFull() ? 0x80 : 0));
          int count = 4;
          if (profile != null) {
            box.box("colr", content -> content.text("prof").put(profile));
            ofColour.add(++count);
          }
          if (alpha != null) {
            pixels(box, alpha);
            box.box("av1C", content -> content.put(alpha.configuration()));
            box.fullBox("auxC", 0, 0, content -> content.string(ALPHA));
            ofAlpha.addAll(List.of(1, count + 1, count + 2 | ESSENTIAL, count + 3));
          }
        });
    to.fullBox(
        "ipma",
        0,
        0,
        box -> {
          box.u32(alpha == null ? 1 : 2);
          associations(box, PRIMARY, ofColour);
          if (alpha != null) {
            associations(box, PRIMARY + 1, ofAlpha);
          }
        });
  }

  private static void pixels(BoxWriter to, Av1Picture picture) {
    int channels = picture.isGrey() ? 1 : 3;
    to.fullBox(
        "pixi",
        0,
        0,
        box -> {
          box.u8(channels);
          for (int c = 0; c < channels; c++) {
            box.u8(picture.depth());
          }
        });
  }

  private static void associations(BoxWriter to, int item, List<Integer> properties) {
    to.u16(item).u8(properties.size());
    properties.forEach(to::u8);
  }
}
