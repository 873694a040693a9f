package io.subpixel.networks;

import java.util.List;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TextGenerationLSTM;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.nn.api.Model;

/** The smaller networks of Deeplearning4j's zoo, with random weights and small pictures. */
final class Zoo {
  private Zoo() {}

  static List<Candidate> all() {
    return List.of(
        candidate("LeNet", LeNet.builder().numClasses(10).inputShape(new int[] {1, 28, 28}).build(), 1, 28, 28),
        candidate("SimpleCNN", SimpleCNN.builder().numClasses(10).inputShape(new int[] {3, 48, 48}).build(), 3, 48, 48),
        candidate("SqueezeNet", SqueezeNet.builder().numClasses(10).inputShape(new int[] {3, 64, 64}).build(), 3, 64, 64),
        candidate("TextGenerationLSTM", TextGenerationLSTM.builder().totalUniqueCharacters(40).inputShape(new int[] {40, 50}).build(), 40, 50),
        candidate("Darknet19", Darknet19.builder().numClasses(10).inputShape(new int[] {3, 64, 64}).build(), 3, 64, 64),
        candidate("TinyYOLO", TinyYOLO.builder().numClasses(4).inputShape(new int[] {3, 96, 96}).build(), 3, 96, 96),
        candidate("UNet", UNet.builder().inputShape(new int[] {3, 64, 64}).build(), 3, 64, 64),
        candidate("FaceNetNN4Small2", FaceNetNN4Small2.builder().numClasses(10).inputShape(new int[] {3, 96, 96}).build(), 3, 96, 96),
        candidate("ResNet50", ResNet50.builder().numClasses(10).inputShape(new int[] {3, 224, 224}).build(), 3, 224, 224),
        candidate("InceptionResNetV1", InceptionResNetV1.builder().numClasses(10).inputShape(new int[] {3, 96, 96}).build(), 3, 96, 96),
        candidate("Xception", Xception.builder().numClasses(10).inputShape(new int[] {3, 96, 96}).build(), 3, 96, 96));
  }

  private static Candidate candidate(String name, ZooModel model, long... sizes) {
    return new Candidate(
        "zoo-" + name,
        "org.deeplearning4j:deeplearning4j-zoo:1.0.0-M2.1 " + model.getClass().getName(),
        built -> {
          Model network = model.init();
          long[] batch = new long[sizes.length + 1];
          batch[0] = 1;
          System.arraycopy(sizes, 0, batch, 1, sizes.length);
          built.save(network, Inputs.of(network, List.of(batch)));
        });
  }
}
