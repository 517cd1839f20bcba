// Addresses are the arguments. For each: a line with its number and "OK" or the whole exception.
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;

public class Visit {
    public static void main(String[] addresses) throws Exception {
        int patience = Integer.getInteger("patience") * 1000;
        for (int number = 0; number < addresses.length; number++) {
            String said;
            try {
                HttpsURLConnection site = (HttpsURLConnection) new URL(addresses[number]).openConnection();
                site.setConnectTimeout(patience);
                site.setReadTimeout(patience);
                said = "OK " + site.getResponseCode();
            } catch (Exception error) {
                StringWriter text = new StringWriter();
                error.printStackTrace(new PrintWriter(text));
                said = text.toString();
            }
            System.out.println("=== " + number + " " + said);
        }
    }
}
