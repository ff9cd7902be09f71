//go:build go1.27

package main

import (
	"crypto/mldsa"

	"golang.org/x/mod/sumdb/note"
)

const knowsMLDSA = true

func mldsaCosigner(name string, hash uint32, key []byte) note.Verifier {
	public := must(mldsa.NewPublicKey(mldsa.MLDSA44(), key))
	return cosigner{name, hash, func(msg, sig []byte) bool {
		signed, err := subtreeMessage(name, sig[:8], msg)
		return err == nil && mldsa.Verify(public, signed, sig[8:], nil) == nil
	}}
}
