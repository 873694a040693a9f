package io.subpixel.shards;

import io.subpixel.pictures.file.PictureFiles;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes a {@link Shard}. Equal pairs give equal bytes: entries have neither times nor owners. Not
 * thread-safe. The caller closes it, which closes the stream; without {@link #finish} before, what
 * was written is no shard.
 *
 * @since 0.1
 */
public final class ShardWriter implements Closeable {
  private final OutputStream buffer;
  private final TarArchiveOutputStream tar;
  private int pairs;

  /** Writes the header. */
  public ShardWriter(OutputStream out, ShardHeader header) throws IOException {
    buffer = new BufferedOutputStream(out);
    tar = new TarArchiveOutputStream(buffer, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    put(ShardHeader.ENTRY, header.toJson());
  }

  /**
   * Adds a pair.
   *
   * @param name the original's path below its folder, with slashes: the key of the pair, so none
   *     may come twice
   */
  public void add(String name, Pairing.Pair pair) throws IOException {
    byte[] hr = PictureFiles.png(pair.hr());
    byte[] lr = PictureFiles.png(pair.lr());
    String key = key(name);
    put(key + ".hr.png", hr);
    put(key + ".lr.png", lr);
    pairs++;
  }

  /** Returns how many pairs were added. */
  public int pairs() {
    return pairs;
  }

  /** Ends the shard, and passes all of it on. */
  public void finish() throws IOException {
    tar.finish();
    buffer.flush();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private void put(String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setModTime(0L);
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /**
   * Escapes a name as URLs do, dots too: for WebDataset, a key ends at the first dot, and entries
   * that begin with two underscores are none of its own.
   */
  static String key(String name) {
    String escaped =
        URLEncoder.encode(name, StandardCharsets.UTF_8)
            .replace("%2F", "/")
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace(".", "%2E");
    return escaped.startsWith("_") ? "%5F" + escaped.substring(1) : escaped;
  }
}
