// Addresses are the arguments. For each: a line with its number and "OK" or the whole exception, which
// says so when it came after the handshake. "patience" is in milliseconds.
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;

public class Visit {
    public static void main(String[] addresses) throws Exception {
        System.out.println("java.version=" + System.getProperty("java.version"));
        for (int number = 0; number < addresses.length; number++) {
            System.out.println("=== " + number + " " + visit(addresses[number]));
        }
    }

    private static String visit(String address) {
        int patience = Integer.getInteger("patience");
        String met = "";
        try {
            HttpsURLConnection site = (HttpsURLConnection) new URL(address).openConnection();
            site.setConnectTimeout(patience);
            site.setReadTimeout(patience);
            site.setInstanceFollowRedirects(false);
            site.connect();
            met = "AFTER THE HANDSHAKE ";
            return "OK " + site.getResponseCode();
        } catch (Exception error) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            return met + text;
        }
    }
}
