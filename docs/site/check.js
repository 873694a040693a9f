// By its own command, check-html-links 0.2.4 reports missing targets and exits with 0.
import { CheckHtmlLinksCli } from "check-html-links";

const cli = new CheckHtmlLinksCli({
  argv: ["../../target/site", "--ignore-link-pattern", "/javadoc/**"],
});
cli.setOptions({ continueOnError: false });
await cli.run();
