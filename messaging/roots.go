package messaging

import (
	"crypto/x509"
	"os"
	"runtime"
	"sync"
)

// bundles are the files in which systems keep all whom they trust; the first there is counts.
// They are those of package x509, which after that reads folders with some hundred files, of
// which almost always each is in the bundle too.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS
	"/etc/ssl/cert.pem",                                 // Alpine
}

// quickRoots are of those whom package x509 takes for trusted by the system the ones in the
// bundle. It reads them once, as x509 does, and only where x509 reads files.
var quickRoots = sync.OnceValue(func() *x509.CertPool {
	if runtime.GOOS != "linux" {
		return nil
	}
	return rootsOf(os.Getenv, bundles)
})

// rootsOf reads the first of files, or what SSL_CERT_FILE names. Nil is that it has no
// certificates, or that SSL_CERT_DIR says that folders are to be read.
func rootsOf(getenv func(string) string, files []string) *x509.CertPool {
	if getenv("SSL_CERT_DIR") != "" {
		return nil
	}
	if file := getenv("SSL_CERT_FILE"); file != "" {
		files = []string{file}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if roots := x509.NewCertPool(); roots.AppendCertsFromPEM(text) {
			return roots
		}
		return nil
	}
	return nil
}
