package platforms

import (
	"bytes"
	"context"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxKey is far above any private key: an RSA key of 16384 bits has 13 KB.
const maxKey = 64 << 10

// sshKey is facts about a private key file. Nothing of the key itself is kept.
func (l *Live) sshKey(_ context.Context, q Query) (string, error) {
	f, err := openRegular(atDir(q, q.Args[0]))
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKey))
	if err != nil {
		return "", err
	}
	facts, err := parseSSHKey(text)
	return facts + "\n", err
}

var errNoKey = errors.New("this is no private key")

// parseSSHKey names the form of a key file, the kind of key and whether a
// passphrase protects it.
func parseSSHKey(text []byte) (string, error) {
	if rest, ok := bytes.CutPrefix(text, []byte("PuTTY-User-Key-File-")); ok {
		return parsePuTTYKey(string(rest)), nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", errNoKey
	}
	form, kind, encrypted := "pem", "", false
	switch block.Type {
	case "OPENSSH PRIVATE KEY":
		var err error
		if kind, encrypted, err = parseOpenSSHKey(block.Bytes); err != nil {
			return "", err
		}
		form = "openssh"
	case "ENCRYPTED PRIVATE KEY":
		form, kind, encrypted = "pkcs8", "unknown", true
	case "PRIVATE KEY":
		form, kind = "pkcs8", pkcs8Kind(block.Bytes)
	case "RSA PRIVATE KEY", "DSA PRIVATE KEY":
		kind = strings.ToLower(block.Type[:3])
	case "EC PRIVATE KEY":
		kind = "ecdsa"
	default:
		return "", errNoKey
	}
	if strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		encrypted = true
	}
	return keyFacts(form, kind, encrypted), nil
}

func keyFacts(form, kind string, encrypted bool) string {
	answer := "no"
	if encrypted {
		answer = "yes"
	}
	return fmt.Sprintf("%s %s encrypted=%s", form, word(kind), answer)
}

// parseOpenSSHKey reads the head of a key as OpenSSH's PROTOCOL.key describes it:
// the cipher, how the passphrase is stretched, and the public half.
func parseOpenSSHKey(data []byte) (kind string, encrypted bool, err error) {
	rest, ok := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
	if !ok {
		return "", false, errNoKey
	}
	var fields [3][]byte // cipher, key derivation, its options
	for i := range fields {
		if fields[i], rest, ok = sshString(rest); !ok {
			return "", false, errNoKey
		}
	}
	if len(rest) < 4 {
		return "", false, errNoKey
	}
	public, _, ok := sshString(rest[4:])
	if !ok {
		return "", false, errNoKey
	}
	name, _, ok := sshString(public)
	if !ok {
		return "", false, errNoKey
	}
	return sshKeyKind(string(name)), string(fields[0]) != "none", nil
}

// sshString cuts off a string with its length before it.
func sshString(data []byte) (s, rest []byte, ok bool) {
	if len(data) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(data)
	if uint64(n) > uint64(len(data)-4) {
		return nil, nil, false
	}
	return data[4 : 4+n], data[4+n:], true
}

// sshKeyKind is what ssh-keygen -t calls a kind of key.
func sshKeyKind(name string) string {
	name, _, _ = strings.Cut(name, "@")
	suffix := ""
	if rest, ok := strings.CutPrefix(name, "sk-"); ok {
		name, suffix = rest, "-sk"
	}
	name = strings.TrimPrefix(name, "ssh-")
	switch {
	case name == "dss":
		name = "dsa"
	case strings.HasPrefix(name, "ecdsa-"):
		name = "ecdsa"
	}
	return name + suffix
}

// pkcs8Kind reads the kind of key from the head of RFC 5208's PrivateKeyInfo.
func pkcs8Kind(data []byte) string {
	var info struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
		Rest      asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(data, &info); err != nil {
		return "unknown"
	}
	switch info.Algorithm.Algorithm.String() {
	case "1.2.840.113549.1.1.1":
		return "rsa"
	case "1.2.840.10045.2.1":
		return "ecdsa"
	case "1.3.101.112":
		return "ed25519"
	}
	return "unknown"
}

// parsePuTTYKey reads "3: ssh-ed25519" and the line "Encryption: none".
func parsePuTTYKey(text string) string {
	head, rest, _ := strings.Cut(text, "\n")
	_, name, _ := strings.Cut(head, ":")
	_, cipher, _ := strings.Cut(rest, "Encryption:")
	cipher, _, _ = strings.Cut(cipher, "\n")
	return keyFacts("putty", sshKeyKind(strings.TrimSpace(name)), strings.TrimSpace(cipher) != "none")
}
