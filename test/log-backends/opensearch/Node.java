import org.codelibs.opensearch.runner.OpenSearchRunner;
import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

/** A real OpenSearch of one node. Arguments: folder, HTTP port. It ends when its standard input does. */
public class Node {
  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("discovery.type", "single-node");
      settings.put("http.port", args[1]);
      settings.put("network.host", "127.0.0.1");
    }).build(newConfigs().basePath(args[0]).numOfNode(1).clusterName("shakedown-tests").useLogger());
    while (System.in.read() >= 0) { }
    runner.close();
    System.exit(0);
  }
}
