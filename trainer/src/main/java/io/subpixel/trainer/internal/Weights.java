package io.subpixel.trainer.internal;

import io.subpixel.trainer.internal.data.PictureSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/** A graph's trained values: their digest, as the card states it. */
final class Weights {
  private Weights() {}

  static String sha256(SameDiff graph) {
    MessageDigest digest = PictureSet.newDigest();
    for (SDVariable variable : trained(graph)) {
      float[] values = variable.getArr().dup('c').data().asFloat();
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<SDVariable> trained(SameDiff graph) {
    return graph.variables().stream()
        .filter(v -> v.getVariableType() == VariableType.VARIABLE)
        .sorted(Comparator.comparing(SDVariable::name))
        .collect(Collectors.toList());
  }
}
