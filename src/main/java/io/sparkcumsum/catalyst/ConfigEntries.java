package io.sparkcumsum.catalyst;

import java.util.function.Function;
import org.apache.spark.internal.config.ConfigBuilder;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.sql.internal.SQLConf$;

/** Registers SQL configurations. */
public final class ConfigEntries {
  private ConfigEntries() {}

  /** A new entry, or the one that another class loader of the JVM has registered. */
  @SuppressWarnings("unchecked")
  public static <T> ConfigEntry<T> of(String key, Function<ConfigBuilder, ConfigEntry<T>> create) {
    return SQLConf$.MODULE$.containsConfigKey(key)
        ? (ConfigEntry<T>) SQLConf$.MODULE$.getConfigEntry(key)
        : create.apply(SQLConf$.MODULE$.buildConf(key));
  }
}
