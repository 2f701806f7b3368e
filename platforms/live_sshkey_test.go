package platforms

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// openSSHKey has the head of a key and, in place of its secret, nothing.
func openSSHKey(cipher, kind string) string {
	str := func(s string) string { return string(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) + s }
	body := "openssh-key-v1\x00" + str(cipher) + str("none") + str("") + "\x00\x00\x00\x01" + str(str(kind)+str("point"))
	return string(pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte(body)}))
}

func pemText(kind string, der []byte, headers map[string]string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: der}))
}

func TestLiveSSHKey(t *testing.T) {
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edDER, _ := x509.MarshalPKCS8PrivateKey(ed)
	rsDER, _ := x509.MarshalPKCS8PrivateKey(rs)
	ecDER, _ := x509.MarshalPKCS8PrivateKey(ec)
	locked := map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}
	for text, want := range map[string]string{
		openSSHKey("none", "ssh-ed25519"):                                      "openssh ed25519 encrypted=no",
		openSSHKey("aes256-ctr", "ssh-rsa"):                                    "openssh rsa encrypted=yes",
		openSSHKey("none", "ecdsa-sha2-nistp256"):                              "openssh ecdsa encrypted=no",
		openSSHKey("none", "sk-ssh-ed25519@openssh.com"):                       "openssh ed25519-sk encrypted=no",
		openSSHKey("none", "ssh-dss"):                                          "openssh dsa encrypted=no",
		pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rs), nil):       "pem rsa encrypted=no",
		pemText("RSA PRIVATE KEY", []byte("x"), locked):                        "pem rsa encrypted=yes",
		pemText("EC PRIVATE KEY", []byte("x"), nil):                            "pem ecdsa encrypted=no",
		pemText("PRIVATE KEY", edDER, nil):                                     "pkcs8 ed25519 encrypted=no",
		pemText("PRIVATE KEY", rsDER, nil):                                     "pkcs8 rsa encrypted=no",
		pemText("PRIVATE KEY", ecDER, nil):                                     "pkcs8 ecdsa encrypted=no",
		pemText("PRIVATE KEY", []byte("x"), nil):                               "pkcs8 unknown encrypted=no",
		pemText("ENCRYPTED PRIVATE KEY", []byte("x"), nil):                     "pkcs8 unknown encrypted=yes",
		"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment:":   "putty ed25519 encrypted=no",
		"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: aes256-cbc\nComment: x\n": "putty rsa encrypted=yes",
	} {
		path := writeFile(t, filepath.Join(t.TempDir(), "id"), text, 0o600)
		if got := liveText(t, "ssh-key", path); got != want+"\n" {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "ssh-ed25519 AAAA learner@laptop\n", pemText("CERTIFICATE", []byte("x"), nil), pemText("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00\xff\xff\xff\xff"), nil)} {
		path := writeFile(t, filepath.Join(t.TempDir(), "id"), text, 0o600)
		if _, err := askLive(t, Query{Verb: "ssh-key", Args: []string{path}}); err == nil || err.Error() != errNoKey.Error() {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// TestSSHKeygen holds our reading against the program that writes keys.
func TestSSHKeygen(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	for args, want := range map[string]string{
		"-t ed25519 -N ":             "openssh ed25519 encrypted=no\n",
		"-t ecdsa -N secret-phrase":  "openssh ecdsa encrypted=yes\n",
		"-t rsa -m PEM -N ":          "pem rsa encrypted=no\n",
		"-t rsa -m PKCS8 -N phrases": "pkcs8 unknown encrypted=yes\n",
	} {
		path := filepath.Join(t.TempDir(), "id")
		out, err := exec.Command(keygen, append(strings.Split(args, " "), "-q", "-f", path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("ssh-keygen %s: %v\n%s", args, err, out)
		}
		if got := liveText(t, "ssh-key", path); got != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}

func FuzzSSHKey(f *testing.F) {
	f.Add([]byte(openSSHKey("none", "ssh-ed25519")))
	f.Add([]byte("PuTTY-User-Key-File-2: ssh-rsa\nEncryption: aes256-cbc\n"))
	f.Add([]byte(pemText("PRIVATE KEY", []byte{0x30, 0x80}, nil)))
	f.Fuzz(func(t *testing.T, text []byte) {
		facts, err := parseSSHKey(text)
		if err == nil && strings.Count(facts, "encrypted=") != 1 {
			t.Errorf("%q", facts)
		}
	})
}
