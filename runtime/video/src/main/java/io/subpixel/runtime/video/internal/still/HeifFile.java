package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.PngChunk;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.runtime.video.internal.still.BoxReader.Box;
import io.subpixel.runtime.video.internal.still.Heif.Coded;
import io.subpixel.runtime.video.internal.still.Heif.Crop;
import io.subpixel.runtime.video.internal.still.Heif.Kind;
import io.subpixel.runtime.video.internal.still.Heif.Nclx;
import io.subpixel.runtime.video.internal.still.Heif.Span;
import io.subpixel.runtime.video.internal.still.Heif.Step;
import io.subpixel.runtime.video.internal.still.Heif.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the boxes of an HEIF file: which items make its primary picture, where they lie, and what
 * becomes of them (ISO/IEC 23008-12 and 23000-22; AV1 Image File Format). FFmpeg only gets the
 * coded tiles: its own reader tells neither alpha from a depth map nor the order of turns.
 */
final class HeifFile {
  private static final int MAX_META = 64 << 20;

  /** A grid has 65,536 tiles at most. Extents without offset and length take no bytes at all. */
  private static final int MAX_ITEMS = 1 << 17;

  private static final int MAX_METADATA = 32 << 20;
  private static final long MAX_CODED = 1L << 30;

  private static final Set<String> ALPHA =
      Set.of("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1");

  /** Properties that don't change how a picture looks, or are read here. */
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "ispe", "pixi", "colr", "irot", "imir", "clap", "auxC", "hvcC", "av1C", "a1op", "lsel");

  private static final int ALL_LAYERS = 0xffff;

  /** PNG's name for the code points of H.273. */
  static final String CICP = "cICP";

  private static final int SRGB_PRIMARIES = 1;
  private static final Set<Integer> SRGB_LIKE_TRANSFERS = Set.of(1, 2, 6, 13);
  private static final int UNSPECIFIED = 2;

  private final String where;
  private final GuardedInput in;
  private final Map<Long, Item> items = new HashMap<>();
  private final List<Property> properties = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private @Nullable Long primary;
  private long idat = -1;
  private long idatLength;
  private int extentCount;

  /** What is described apart. */
  private static final class Item {
    private String type = "";
    private String contentType = "";
    private final List<Span> spans = new ArrayList<>();
    private boolean isElsewhere;
    private final List<Association> associations = new ArrayList<>();
  }

  /** A property as it lies in the file. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Property(String type, byte[] content) {}

  private record Association(int property, boolean isEssential) {}

  private record Reference(String type, long from, List<Long> to) {}

  private HeifFile(String where, GuardedInput in) {
    this.where = where;
    this.in = in;
  }

  /**
   * Reads the description of the primary picture.
   *
   * @param maxPixels the most pixels that it may have
   * @throws InvalidInputException if it is of a kind that isn't read, or too large
   */
  static Heif read(PictureSource source, long maxPixels) throws IOException {
    try (GuardedInput in = new GuardedInput(source)) {
      HeifFile file = new HeifFile(source.where(), in);
      file.readBoxes();
      return file.picture(maxPixels);
    }
  }

  private void readBoxes() throws IOException {
    long length = in.length();
    for (long at = 0; at + 8 <= length; ) {
      in.seek(at);
      long size = in.readUnsignedInt();
      byte[] name = new byte[4];
      in.readFully(name);
      String type = BoxReader.of(name).fourCharacters();
      long header = 8;
      if (size == 1) {
        size = in.readLong();
        header = 16;
      } else if (size == 0) {
        size = length - at;
      }
      if (size < header || size > length - at) {
        throw DecodeErrors.cut(where);
      }
      if (type.equals("meta")) {
        readMeta(at + header, content(size - header, MAX_META));
        return;
      }
      if (type.equals("ftyp")) {
        requireStill(content(size - header, MAX_META));
      }
      at += size;
    }
    throw new IOException("it has no description of an image");
  }

  private byte[] content(long size, int most) throws IOException {
    if (size > most) {
      throw unread("a description of " + size + " bytes");
    }
    byte[] content = new byte[(int) size];
    in.readFully(content);
    return content;
  }

  private void requireStill(byte[] brands) throws IOException {
    String major = BoxReader.of(brands).fourCharacters();
    if (Set.of("avis", "hevc", "hevx", "msf1").contains(major)) {
      throw DecodeErrors.animated(where, "an animation");
    }
  }

  private void readMeta(long at, byte[] meta) throws IOException {
    BoxReader reader = BoxReader.of(meta);
    reader.skip(4);
    while (reader.hasMore()) {
      Box box = reader.box();
      BoxReader content = box.content();
      switch (box.type()) {
        case "pitm" -> primary = content.number(version(content) == 0 ? 2 : 4);
        case "iinf" -> readInformation(content);
        case "iloc" -> readLocations(content);
        case "iref" -> readReferences(content);
        case "iprp" -> readProperties(content);
        case "idat" -> {
          idat = at + box.at();
          idatLength = content.left();
        }
        default -> {}
      }
    }
    for (Item item : items.values()) {
      resolveSpans(item);
    }
  }

  /** The version of a full box, whose flags are skipped. */
  private static int version(BoxReader content) throws EOFException {
    int version = content.u8();
    content.skip(3);
    return version;
  }

  private Item item(long id) throws IOException {
    if (items.size() > MAX_ITEMS) {
      throw unread("more than " + MAX_ITEMS + " items");
    }
    return items.computeIfAbsent(id, key -> new Item());
  }

  private void readInformation(BoxReader content) throws IOException {
    content.skip(version(content) == 0 ? 2 : 4);
    while (content.hasMore()) {
      BoxReader entry = content.box().content();
      int version = version(entry);
      if (version < 2) {
        throw unread("an item of version " + version);
      }
      Item item = item(entry.number(version == 2 ? 2 : 4));
      entry.skip(2);
      item.type = entry.fourCharacters();
      entry.string();
      item.contentType = item.type.equals("mime") ? entry.string() : "";
    }
  }

  private void readLocations(BoxReader content) throws IOException {
    int version = version(content);
    int sizes = content.u16();
    int indexSize = version == 0 ? 0 : sizes & 15;
    long count = content.number(version < 2 ? 2 : 4);
    for (long i = 0; i < count; i++) {
      Item item = item(content.number(version < 2 ? 2 : 4));
      int method = version == 0 ? 0 : content.u16() & 15;
      boolean isFile = content.u16() == 0;
      long base = content.number(sizes >> 4 & 15);
      int extents = content.u16();
      item.isElsewhere = !isFile || method > 1;
      for (int k = 0; k < extents; k++) {
        content.number(indexSize);
        long offset = base + content.number(sizes >> 12);
        long length = content.number(sizes >> 8 & 15);
        if (++extentCount > MAX_ITEMS) {
          throw unread("more than " + MAX_ITEMS + " extents");
        }
        // The place of idat is known when all is read.
        item.spans.add(new Span(method == 1 ? -1 - offset : offset, length));
      }
    }
  }

  private void resolveSpans(Item item) {
    for (int i = 0; i < item.spans.size(); i++) {
      Span span = item.spans.get(i);
      boolean isInIdat = span.at() < 0;
      long start = isInIdat ? -1 - span.at() : span.at();
      long end = isInIdat ? idatLength : length();
      // A length of 0 means all the rest.
      long length = span.length() == 0 ? Math.max(0, end - start) : span.length();
      boolean isInside = start >= 0 && length >= 0 && start <= end && length <= end - start;
      item.spans.set(i, new Span(isInside ? start + (isInIdat ? idat : 0) : -1, length));
    }
  }

  private long length() {
    return in.length();
  }

  private void readReferences(BoxReader content) throws EOFException {
    int size = version(content) == 0 ? 2 : 4;
    while (content.hasMore()) {
      Box box = content.box();
      long from = box.content().number(size);
      int count = box.content().u16();
      List<Long> to = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        to.add(box.content().number(size));
      }
      references.add(new Reference(box.type(), from, to));
    }
  }

  private void readProperties(BoxReader content) throws IOException {
    while (content.hasMore()) {
      Box box = content.box();
      if (box.type().equals("ipco")) {
        while (box.content().hasMore()) {
          Box property = box.content().box();
          properties.add(new Property(property.type(), property.content().rest()));
        }
      } else if (box.type().equals("ipma")) {
        readAssociations(box.content());
      }
    }
  }

  private void readAssociations(BoxReader content) throws IOException {
    int version = content.u8();
    boolean isWide = (content.number(3) & 1) != 0;
    long count = content.u32();
    for (long i = 0; i < count; i++) {
      Item item = item(content.number(version == 0 ? 2 : 4));
      int associations = content.u8();
      for (int k = 0; k < associations; k++) {
        int word = isWide ? content.u16() : content.u8();
        int flag = isWide ? 0x8000 : 0x80;
        item.associations.add(new Association((word & ~flag) - 1, (word & flag) != 0));
      }
    }
  }

  private Heif picture(long maxPixels) throws IOException {
    if (primary == null || !items.containsKey(primary)) {
      throw new IOException("it names no primary image");
    }
    List<Step> steps = new ArrayList<>();
    Coded colour = coded(primary, steps, maxPixels);
    long master = primary;
    Coded alpha = null;
    boolean isPremultiplied = false;
    for (Reference reference : references) {
      if (reference.type.equals("auxl") && reference.to.contains(master) && alpha == null) {
        alpha =
            isAlpha(reference.from) ? coded(reference.from, new ArrayList<>(), maxPixels) : null;
        isPremultiplied = alpha != null && isPremultiplied(master, reference.from);
      }
    }
    if (alpha != null && (alpha.width() != colour.width() || alpha.height() != colour.height())) {
      throw unread("alpha of another size than the image");
    }
    int channels = (colour.kind().isGrey() ? 1 : 3) + (alpha == null ? 0 : 1);
    int depth = colour.kind().depth() > 8 ? 16 : 8;
    return new Heif(
        colour,
        alpha,
        isPremultiplied,
        List.copyOf(steps),
        nclx(master),
        new PictureLayout(colour.width(), colour.height(), channels, depth),
        metadata(master));
  }

  private boolean isPremultiplied(long master, long alpha) {
    return references.stream()
        .anyMatch(
            each -> each.type.equals("prem") && each.from == master && each.to.contains(alpha));
  }

  private boolean isAlpha(long id) throws IOException {
    Property kind = property(item(id), "auxC");
    if (kind == null) {
      return false;
    }
    BoxReader content = BoxReader.of(kind.content);
    content.skip(4);
    return ALPHA.contains(content.string());
  }

  /** The coded picture of an item; what must be done to it is added to the steps. */
  private Coded coded(long id, List<Step> steps, long maxPixels) throws IOException {
    Item item = item(id);
    Coded coded =
        switch (item.type) {
          case "hvc1", "av01" -> single(item, maxPixels);
          case "grid" -> grid(id, item, maxPixels);
          case "iden" -> coded(onlySource(id), steps, maxPixels);
          case "" -> throw new IOException("its primary image is missing");
          default -> throw unread("an image of type '" + item.type + "'");
        };
    requireUnderstood(item);
    addSteps(item, coded, steps);
    return coded;
  }

  private long onlySource(long id) throws IOException {
    List<Long> sources = sources(id);
    // A picture derived from itself would never end.
    if (sources.size() != 1
        || !Set.of("hvc1", "av01", "grid").contains(item(sources.get(0)).type)) {
      throw new IOException("a derived image in it has no source");
    }
    return sources.get(0);
  }

  private List<Long> sources(long id) {
    return references.stream()
        .filter(each -> each.type.equals("dimg") && each.from == id)
        .findFirst()
        .map(Reference::to)
        .orElse(List.of());
  }

  private Coded single(Item item, long maxPixels) throws IOException {
    int[] size = size(item);
    DecodeErrors.requirePixels(size[0], size[1], maxPixels, where);
    return new Coded(size[0], size[1], 1, size[0], size[1], List.of(spans(item)), kind(item));
  }

  /** The grid of ISO/IEC 23008-12, 6.6.2.3. */
  private Coded grid(long id, Item item, long maxPixels) throws IOException {
    BoxReader content = BoxReader.of(bytes(spans(item), 16));
    content.skip(1);
    int fieldSize = (content.u8() & 1) != 0 ? 4 : 2;
    int rows = content.u8() + 1;
    int columns = content.u8() + 1;
    long width = content.number(fieldSize);
    long height = content.number(fieldSize);
    DecodeErrors.requirePixels(width, height, maxPixels, where);
    List<Long> sources = sources(id);
    if (sources.size() != rows * columns) {
      throw new IOException(
          "its grid of " + columns + "x" + rows + " has " + sources.size() + " tiles");
    }
    List<List<Span>> tiles = new ArrayList<>();
    int[] size = size(item(sources.get(0)));
    Kind kind = kind(item(sources.get(0)));
    for (long source : sources) {
      Item tile = item(source);
      requireUnderstood(tile);
      int[] other = size(tile);
      Kind otherKind = kind(tile);
      if (other[0] != size[0]
          || other[1] != size[1]
          || otherKind.isAv1() != kind.isAv1()
          || otherKind.isGrey() != kind.isGrey()
          || otherKind.depth() != kind.depth()) {
        throw new IOException("the tiles of its grid differ");
      }
      tiles.add(spans(tile));
    }
    // Each tile shows something, so that all of them are no more work than the whole.
    if ((long) columns * size[0] < width
        || (long) rows * size[1] < height
        || (long) (columns - 1) * size[0] >= width
        || (long) (rows - 1) * size[1] >= height) {
      throw new IOException(
          "its grid of %dx%d tiles of %dx%d isn't %dx%d"
              .formatted(columns, rows, size[0], size[1], width, height));
    }
    DecodeErrors.requirePixels(
        (long) columns * size[0], (long) rows * size[1], 4 * maxPixels, where);
    return new Coded(
        (int) width, (int) height, columns, size[0], size[1], List.copyOf(tiles), kind);
  }

  private void requireUnderstood(Item item) throws IOException {
    for (Association association : item.associations) {
      Property property = property(association);
      boolean isPlain =
          switch (property.type) {
            case "a1op" -> BoxReader.of(property.content).u8() == 0;
            case "lsel" -> BoxReader.of(property.content).u16() == ALL_LAYERS;
            default -> UNDERSTOOD.contains(property.type) || !association.isEssential;
          };
      if (!isPlain) {
        throw unread("an image whose property '" + property.type + "' must be understood");
      }
    }
  }

  private Property property(Association association) throws IOException {
    if (association.property < 0) {
      return new Property("free", new byte[0]);
    }
    if (association.property >= properties.size()) {
      throw new IOException("it refers to a property that is missing");
    }
    return properties.get(association.property);
  }

  private @Nullable Property property(Item item, String type) throws EOFException {
    for (Association association : item.associations) {
      if (association.property >= 0
          && association.property < properties.size()
          && properties.get(association.property).type.equals(type)) {
        return properties.get(association.property);
      }
    }
    return null;
  }

  private int[] size(Item item) throws IOException {
    Property extent = property(item, "ispe");
    if (extent == null) {
      throw new IOException("an image in it has no size");
    }
    BoxReader content = BoxReader.of(extent.content);
    content.skip(4);
    long width = content.u32();
    long height = content.u32();
    DecodeErrors.requirePixels(width, height, Integer.MAX_VALUE, where);
    return new int[] {(int) width, (int) height};
  }

  private Kind kind(Item item) throws IOException {
    boolean isAv1 = item.type.equals("av01");
    if (!isAv1 && !item.type.equals("hvc1")) {
      throw unread("a tile of type '" + item.type + "'");
    }
    Property configuration = property(item, isAv1 ? "av1C" : "hvcC");
    if (configuration == null || configuration.content.length < (isAv1 ? 4 : 23)) {
      throw new IOException("an image in it has no configuration of its decoder");
    }
    byte[] bytes = configuration.content;
    if (isAv1) {
      boolean isDeep = (bytes[2] & 0x40) != 0;
      int depth = isDeep ? (bytes[2] & 0x20) != 0 ? 12 : 10 : 8;
      return new Kind(true, (bytes[2] & 0x10) != 0, depth, bytes);
    }
    return new Kind(false, (bytes[16] & 3) == 0, (bytes[17] & 7) + 8, bytes);
  }

  private List<Span> spans(Item item) throws IOException {
    if (item.isElsewhere) {
      throw unread("an image that lies in another file or item");
    }
    long total = 0;
    for (Span span : item.spans) {
      if (span.at() < 0) {
        throw DecodeErrors.cut(where);
      }
      total += span.length();
    }
    if (total == 0 || total > MAX_CODED) {
      throw new IOException("an image in it has " + total + " bytes");
    }
    return List.copyOf(item.spans);
  }

  /** Reads spans that were checked. */
  private byte[] bytes(List<Span> spans, int most) throws IOException {
    long total = spans.stream().mapToLong(Span::length).sum();
    if (total > most) {
      throw new IOException("an item in it has " + total + " bytes");
    }
    return read(in, spans);
  }

  /** The bytes of spans, one after another. */
  static byte[] read(GuardedInput in, List<Span> spans) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(spans.stream().mapToLong(Span::length).sum())];
    int at = 0;
    for (Span span : spans) {
      in.seek(span.at());
      in.readFully(bytes, at, (int) span.length());
      at += (int) span.length();
    }
    return bytes;
  }

  /** Properties change a picture in the order in which they are listed. */
  private void addSteps(Item item, Coded coded, List<Step> steps) throws IOException {
    PictureLayout layout = new PictureLayout(coded.width(), coded.height(), 1, 8);
    for (Step step : steps) {
      layout = step.layout(layout);
    }
    for (Association association : item.associations) {
      Step step = step(property(association), layout);
      if (step != null) {
        steps.add(step);
        layout = step.layout(layout);
      }
    }
  }

  private static @Nullable Step step(Property property, PictureLayout layout) throws IOException {
    BoxReader content = BoxReader.of(property.content);
    return switch (property.type) {
      case "clap" -> crop(content, layout.width(), layout.height());
      case "irot" -> {
        // Quarters of a turn to the left.
        int quarters = content.u8() & 3;
        yield quarters == 0 ? null : new Turn(List.of(8, 3, 6).get(quarters - 1));
      }
      case "imir" -> new Turn((content.u8() & 1) == 0 ? 4 : 2);
      default -> null;
    };
  }

  /** The clean aperture of ISO/IEC 14496-12, 12.1.4.1; fractions are cut off. */
  private static Crop crop(BoxReader content, int width, int height) throws IOException {
    double[] values = new double[4];
    for (int i = 0; i < values.length; i++) {
      double above = content.s32();
      double below = content.s32();
      values[i] = above / below;
    }
    double left = values[2] + (width - values[0]) / 2;
    double top = values[3] + (height - values[1]) / 2;
    int x = (int) left;
    int y = (int) top;
    int across = (int) values[0];
    int down = (int) values[1];
    // Not a number compares as false.
    boolean isInside =
        left >= 0
            && top >= 0
            && values[0] >= 1
            && values[1] >= 1
            && x + values[0] <= width
            && y + values[1] <= height;
    if (!isInside) {
      throw new IOException("its crop lies outside of the image");
    }
    return new Crop(x, y, across, down);
  }

  private @Nullable Nclx nclx(long id) throws IOException {
    for (Property property : all(id, "colr")) {
      BoxReader content = BoxReader.of(property.content);
      if (content.fourCharacters().equals("nclx")) {
        return new Nclx(content.u16(), content.u16(), content.u16(), (content.u8() & 0x80) != 0);
      }
    }
    return null;
  }

  private List<Property> all(long id, String type) throws IOException {
    List<Property> found = new ArrayList<>();
    for (Association association : item(id).associations) {
      Property property = property(association);
      if (property.type.equals(type)) {
        found.add(property);
      }
    }
    return found;
  }

  private Metadata metadata(long id) throws IOException {
    Metadata metadata = Metadata.NONE;
    for (Property property : all(id, "colr")) {
      BoxReader content = BoxReader.of(property.content);
      String type = content.fourCharacters();
      if (type.equals("prof") || type.equals("rICC")) {
        metadata = metadata.withIccProfile(content.rest());
      }
    }
    Nclx nclx = nclx(id);
    if (metadata.iccProfile() == null && nclx != null && !isLikeSrgb(nclx)) {
      byte[] data = {(byte) nclx.primaries(), (byte) nclx.transfer(), 0, 1};
      metadata = metadata.withPngChunks(List.of(new PngChunk(CICP, data)));
    }
    for (Reference reference : references) {
      if (reference.type.equals("cdsc") && reference.to.contains(id)) {
        metadata = withDescription(metadata, item(reference.from));
      }
    }
    return metadata;
  }

  private static boolean isLikeSrgb(Nclx nclx) {
    return (nclx.primaries() == SRGB_PRIMARIES || nclx.primaries() == UNSPECIFIED)
        && SRGB_LIKE_TRANSFERS.contains(nclx.transfer());
  }

  /** Exif and XMP that can't be read are no reason to refuse the picture. */
  private Metadata withDescription(Metadata metadata, Item item) throws IOException {
    long total = item.spans.stream().mapToLong(Span::length).sum();
    boolean isWhole = item.spans.stream().allMatch(span -> span.at() >= 0);
    if (item.isElsewhere || !isWhole || total <= 0 || total > MAX_METADATA) {
      return metadata;
    }
    if (item.type.equals("Exif")) {
      // The place of the stream is counted from behind the number that tells it.
      BoxReader content = BoxReader.of(read(in, item.spans));
      long skipped = total < 4 ? total : content.u32();
      if (skipped < total - 4) {
        content.skip((int) skipped);
        byte[] stream = content.rest();
        // The container tells turns, and what Exif says of them is to be ignored.
        return Exif.isStream(stream) ? metadata.withExif(Exif.upright(stream)) : metadata;
      }
    } else if (item.contentType.equals("application/rdf+xml")) {
      return metadata.withXmp(read(in, item.spans));
    }
    return metadata;
  }

  private InvalidInputException unread(String received) {
    return new InvalidInputException(
        where, "an image in HEVC or AV1, alone or as a grid", received);
  }
}
