package io.sparkcumsum.catalyst;

import java.util.ArrayList;
import java.util.List;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Converts between Java's lists and Scala's, which Spark uses. */
public final class Seqs {
  private Seqs() {}

  public static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(new ArrayList<T>(list)).toSeq();
  }

  public static <T> List<T> list(Seq<? extends T> seq) {
    return new ArrayList<>(CollectionConverters.asJava(seq));
  }
}
