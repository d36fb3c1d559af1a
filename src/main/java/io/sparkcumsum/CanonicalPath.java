package io.sparkcumsum;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file or directory, there or not yet, by the one path that it has behind links and mounts. */
record CanonicalPath(FileSystem files, Path path) {

  static CanonicalPath of(Path given, Configuration conf) throws IOException {
    FileSystem files = given.getFileSystem(conf);
    Path existing = files.makeQualified(given);
    String missing = "";
    while (!existing.isRoot() && !files.exists(existing)) {
      missing = "/" + existing.getName() + missing;
      existing = existing.getParent();
    }
    URI resolved =
        isLocal(files)
            ? file(files, existing).toPath().toRealPath().toUri()
            : files.resolvePath(existing).toUri();
    Path path =
        new Path(resolved.getScheme(), resolved.getAuthority(), resolved.getPath() + missing);
    return new CanonicalPath(path.getFileSystem(conf), path);
  }

  /** Only these have links. */
  static boolean isLocal(FileSystem files) {
    return files instanceof LocalFileSystem || files instanceof RawLocalFileSystem;
  }

  private static File file(FileSystem files, Path path) {
    return files instanceof LocalFileSystem local
        ? local.pathToFile(path)
        : ((RawLocalFileSystem) files).pathToFile(path);
  }

  /** Whether the other is this one, or lies within it. */
  boolean contains(CanonicalPath other) {
    String directory = path.toUri().getPath();
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    return (other.path.toUri().getPath() + "/").startsWith(prefix) && isOnSameFiles(other);
  }

  /** A file system may have more than one name, such as with its default port and without. */
  private boolean isOnSameFiles(CanonicalPath other) {
    try {
      files.makeQualified(other.path);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
