// Key containers on disk and X.509 certificates.
using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

static class Keys
{
    // openssl req -x509 -newkey rsa:1024 -subj "/CN=codicil test/O=nobody" -set_serial 4660
    const string Encoded =
        "MIICGjCCAYOgAwIBAgICEjQwDQYJKoZIhvcNAQELBQAwKDEVMBMGA1UEAwwMY29kaWNpbCB0ZXN0MQ8wDQYDVQQKDAZub2JvZHkw" +
        "HhcNMjYxMTI1MjMxMTE5WhcNNDYxMTIwMjMxMTE5WjAoMRUwEwYDVQQDDAxjb2RpY2lsIHRlc3QxDzANBgNVBAoMBm5vYm9keTCB" +
        "nzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAub9ANfmCddqBH1KgVk/J+1PBMjJWw6/MWyOS3C7CMnk7jCVQ25L26fhh6ukEp4Sv" +
        "3g4rcXuXGYrH1VDnkx3prDnY1ZoAO6s6gvBbhpbEcl3T5IyTgq7ywh+36clT+DQ4w0taUWeHRHWt3qPERXhjrPbKh5eGiXpdmvFF" +
        "gZ+AQP0CAwEAAaNTMFEwHQYDVR0OBBYEFCTrUDyF5Qmm7jT+pwG7KsmJrPb2MB8GA1UdIwQYMBaAFCTrUDyF5Qmm7jT+pwG7KsmJ" +
        "rPb2MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAQk/GpsRw3CB1HHQjUGkOC0Wr5PEadNj04zZVNFCAIY457gWi" +
        "jggl1+cCGMx0PkWU/W5rjpcP2ftMBijd1K2BUrwIxfV6e8b7n8HivpAi4mfU+W5LF/KesVppVrcYHnyyIJB1yQdjs5AdQ7pj4od6" +
        "5Ivfc29IbRom5pE9F2BoioY=";
    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2}", name, e.GetType().Name, e.Message);
        }
    }

    static RSACryptoServiceProvider Container()
    {
        return new RSACryptoServiceProvider(512, new CspParameters { KeyContainerName = "codicil-golden" });
    }

    static object Kept()
    {
        string first, second, third;
        using (var keys = Container())
            first = keys.ToXmlString(true);
        using (var keys = Container()) {
            second = keys.ToXmlString(true);
            keys.PersistKeyInCsp = false; // forgets it
        }
        using (var keys = Container()) {
            third = keys.ToXmlString(true);
            keys.PersistKeyInCsp = false;
        }
        return (first == second) + " " + (second == third);
    }

    static void Main()
    {
        Show("kept", Kept);
        Show("garbage", () => new X509Certificate2(new byte[] { 1, 2, 3 }));
        var certificate = new X509Certificate2(Convert.FromBase64String(Encoded));
        Show("names", () => certificate.Subject + " | " + certificate.Issuer + " | " + certificate.SerialNumber);
        Show("thumbprint", () => certificate.Thumbprint);
        Show("dates", () => (certificate.NotAfter - certificate.NotBefore).TotalDays);
        Show("key", () => certificate.PublicKey.Key.KeySize + " " + certificate.PublicKey.Oid.FriendlyName);
        Show("algorithm", () => certificate.SignatureAlgorithm.Value + " " + certificate.Version);
        Show("private", () => certificate.HasPrivateKey);
        Show("extensions", () => string.Join(" ", certificate.Extensions.Cast<X509Extension>().Select(x => x.Oid.Value)));
        Show("name", () => certificate.GetNameInfo(X509NameType.SimpleName, false));
    }
}
