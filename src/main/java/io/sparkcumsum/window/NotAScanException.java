package io.sparkcumsum.window;

import java.io.Serial;

/** Says why a window is left to Spark. */
final class NotAScanException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  NotAScanException(String reason) {
    super(reason, null, false, false);
  }
}
