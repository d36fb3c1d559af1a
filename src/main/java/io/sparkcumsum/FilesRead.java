package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.list;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import scala.Option;
import scala.runtime.BoxedUnit;

/** Where a query reads files, those of its tables, views and subqueries among them. */
final class FilesRead {
  private final Set<Path> directories = new LinkedHashSet<>();
  private final Set<Path> files = new LinkedHashSet<>();

  private FilesRead() {}

  /** The directories and files that are read, and the files in them that may be links. */
  static Set<Path> by(QueryExecution query, Configuration conf) throws IOException {
    FilesRead read = new FilesRead();
    read.addDirectories(query.analyzed());
    // Partitions that are not needed are left out there.
    read.addFiles(query.optimizedPlan());
    Set<Path> paths = new LinkedHashSet<>(read.directories);
    for (Path file : read.files) {
      if (CanonicalPath.isLocal(file.getFileSystem(conf)) || !read.isInDirectory(file)) {
        paths.add(file);
      }
    }
    return paths;
  }

  private boolean isInDirectory(Path file) {
    return directories.contains(file)
        || (file.getParent() != null && isInDirectory(file.getParent()));
  }

  private void addDirectories(LogicalPlan plan) {
    plan.foreachWithSubqueries(
        node -> {
          if (node instanceof LogicalRelation relation
              && relation.relation() instanceof HadoopFsRelation read) {
            directories.addAll(list(read.location().rootPaths()));
          } else if (node instanceof HiveTableRelation hive) {
            Option<URI> location = hive.tableMeta().storage().locationUri();
            if (location.isDefined()) {
              directories.add(new Path(location.get()));
            }
          } else if (node instanceof DataSourceV2Relation relation) {
            addDirectories(relation.table());
          }
          return BoxedUnit.UNIT;
        });
  }

  private void addDirectories(Table table) {
    if (table instanceof FileTable read) {
      directories.addAll(list(read.fileIndex().rootPaths()));
      addFiles(read.fileIndex());
    } else if (table.properties().containsKey(TableCatalog.PROP_LOCATION)) {
      directories.add(new Path(table.properties().get(TableCatalog.PROP_LOCATION)));
    }
  }

  private void addFiles(LogicalPlan plan) {
    plan.foreachWithSubqueries(
        node -> {
          if (node instanceof LogicalRelation relation
              && relation.relation() instanceof HadoopFsRelation read) {
            addFiles(read.location());
          }
          return BoxedUnit.UNIT;
        });
  }

  private void addFiles(FileIndex index) {
    for (String file : index.inputFiles()) {
      files.add(new Path(URI.create(file)));
    }
  }
}
