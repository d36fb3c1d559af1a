package io.sparkcumsum;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Keeps what a class, or the classes of a package, log until it is closed. */
public final class RecordedLog extends AbstractAppender implements AutoCloseable {
  public final List<String> messages = new ArrayList<>();

  private final Logger logger;

  public RecordedLog(String name) {
    super("recorder", null, null, false, Property.EMPTY_ARRAY);
    start();
    logger = (Logger) LogManager.getLogger(name);
    logger.addAppender(this);
    logger.setLevel(Level.INFO);
  }

  @Override
  public synchronized void append(LogEvent event) {
    messages.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    logger.setLevel(null);
  }
}
