// One connection as Go programs make it: net/http with the roots of crypto/x509.
// It gets one JSON object as its argument and prints one line of JSON.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

type question struct {
	URL, Name, Address, CAFile string
	Port                       int
	Timeout                    float64
}

type answer struct {
	Accepts *bool  `json:"accepts"`
	Error   string `json:"error,omitempty"`
	Version string `json:"version"`
}

func main() {
	var ask question
	if err := json.Unmarshal([]byte(os.Args[1]), &ask); err != nil {
		panic(err)
	}
	shaken, err := visit(ask)
	said := answer{Version: runtime.Version()}
	yes, no := true, false
	if shaken {
		said.Accepts = &yes
	} else if err != nil {
		said.Error = err.Error()
		if refused(err) {
			said.Accepts = &no
		}
	}
	line, _ := json.Marshal(said)
	fmt.Println("TRUSTMGR=" + string(line))
}

// visit asks for the page: whether TLS was agreed on, and what went wrong.
func visit(ask question) (shaken bool, err error) {
	wait := time.Duration(ask.Timeout * float64(time.Second))
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	named := net.JoinHostPort(ask.Name, strconv.Itoa(ask.Port))
	dial := func(ctx context.Context, network, where string) (net.Conn, error) {
		if where == named { // else it is a proxy
			where = net.JoinHostPort(ask.Address, strconv.Itoa(ask.Port))
		}
		return (&net.Dialer{}).DialContext(ctx, network, where)
	}
	config := &tls.Config{}
	if ask.CAFile != "" {
		pem, err := os.ReadFile(ask.CAFile)
		if err != nil {
			return false, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	trace := &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, failed error) { shaken = failed == nil },
	}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), "HEAD", ask.URL, nil)
	if err != nil {
		return false, err
	}
	client := &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dial, TLSClientConfig: config,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err == nil {
		response.Body.Close()
	}
	return shaken, err
}

// refused tells what says no to the certificate, or to TLS itself, from a connection that failed.
func refused(err error) bool {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var roots x509.SystemRootsError
	if errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid) || errors.As(err, &roots) {
		return true
	}
	for _, word := range []string{"x509: ", "tls: ", "server gave HTTP response to HTTPS client"} {
		if strings.Contains(err.Error(), word) {
			return true
		}
	}
	return false
}
