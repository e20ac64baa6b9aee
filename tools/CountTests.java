import java.io.File;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Adds up Surefire's XML reports and ends with "N passed, N failed"; what was skipped stands before it. */
public class CountTests {
  public static void main(String[] folders) throws Exception {
    int tests = 0;
    int failed = 0;
    int skipped = 0;
    List<String> reasons = new ArrayList<>();
    for (String folder : folders) {
      File[] reports =
          new File(folder).listFiles((f, n) -> n.startsWith("TEST-") && n.endsWith(".xml"));
      for (File report : reports == null ? new File[0] : reports) {
        Element suite =
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report)
                .getDocumentElement();
        tests += Integer.parseInt(suite.getAttribute("tests"));
        failed += Integer.parseInt(suite.getAttribute("failures"));
        failed += Integer.parseInt(suite.getAttribute("errors"));
        skipped += Integer.parseInt(suite.getAttribute("skipped"));
        NodeList each = suite.getElementsByTagName("skipped");
        for (int i = 0; i < each.getLength(); i++) {
          Element test = (Element) each.item(i).getParentNode();
          String why = ((Element) each.item(i)).getAttribute("message");
          reasons.add(suite.getAttribute("name") + "." + test.getAttribute("name") + ": " + why);
        }
      }
    }
    reasons.forEach(reason -> System.out.println("skipped: " + reason.replaceAll("\\s+", " ")));
    if (skipped > 0) {
      System.out.printf("%d skipped%n", skipped);
    }
    System.out.printf("%d passed, %d failed%n", tests - failed - skipped, failed);
    System.exit(tests == 0 || failed > 0 ? 1 : 0);
  }
}
