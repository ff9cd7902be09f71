// The other reader: Go's own packages for notes, trees and tiles judge what the package "transparency" wrote.
//
// Questions come as JSON on standard input, and answers go as JSON to standard output. Nothing of the Python side is
// used, and nothing here but the two short verifiers of cosignatures is ours.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type questions struct {
	Keys         []string
	Notes        [][]byte
	ToSign       []struct{ Key, Text string }
	Inclusions   []inclusion
	Consistencies []consistency
	Tiles        map[string][]byte
	Readings     []reading
}

type inclusion struct {
	Size, Index int64
	Root        []byte
	Data        []byte
	Proof       [][]byte
}

type consistency struct {
	Old, New         int64
	OldRoot, NewRoot []byte
	Proof            [][]byte
}

// A tree that is read from its tiles, some of them others than in Tiles.
type reading struct {
	Size    int64
	Root    []byte
	Changed map[string][]byte
	Records [][2]int64
	Trees   [][2]int64
	Roots   []int64
}

type answers struct {
	MLDSA        bool
	Notes        []int
	Signed       [][]byte
	Inclusions   []bool
	Consistencies []bool
	Readings     []read
}

type read struct {
	Records, Trees [][][]byte
	Roots          [][]byte
	Refused        []string
}

type cosigner struct {
	name   string
	hash   uint32
	verify func(msg, sig []byte) bool
}

func (c cosigner) Name() string                { return c.name }
func (c cosigner) KeyHash() uint32             { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool { return len(sig) > 8 && c.verify(msg, sig) }

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func verifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	hash := uint32(must(strconv.ParseUint(parts[1], 16, 32)))
	key := must(base64.StdEncoding.DecodeString(parts[2]))
	switch key[0] {
	case 4:
		return cosigner{parts[0], hash, func(msg, sig []byte) bool {
			text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
			return ed25519.Verify(key[1:], []byte(text), sig[8:])
		}}
	case 6:
		return mldsaCosigner(parts[0], hash, key[1:])
	}
	return must(note.NewVerifier(vkey))
}

// subtreeMessage is what an ML-DSA-44 cosigner signs of a checkpoint.
func subtreeMessage(name string, time []byte, msg []byte) ([]byte, error) {
	lines := strings.Split(string(msg), "\n")
	if len(lines) < 4 || len(name) > 255 || len(lines[0]) > 255 {
		return nil, errors.New("no checkpoint")
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil {
		return nil, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != 32 {
		return nil, errors.New("no root")
	}
	out := append([]byte("subtree/v1\n\x00"), byte(len(name)))
	out = append(append(out, name...), time...)
	out = append(append(out, byte(len(lines[0]))), lines[0]...)
	out = binary.BigEndian.AppendUint64(out, 0)
	return append(binary.BigEndian.AppendUint64(out, size), root...), nil
}

func hash(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}

func hashes(proof [][]byte) (out []tlog.Hash) {
	for _, one := range proof {
		out = append(out, hash(one))
	}
	return out
}

func plain(proof []tlog.Hash) [][]byte {
	out := [][]byte{}
	for _, one := range proof {
		out = append(out, append([]byte{}, one[:]...))
	}
	return out
}

type tiles struct{ whole, changed map[string][]byte }

func (t tiles) Height() int                      { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) (out [][]byte, err error) {
	for _, one := range wanted {
		path := strings.Replace(one.Path(), "tile/8/", "tile/", 1)
		data, found := t.changed[path]
		if !found {
			data, found = t.whole[path]
		}
		if !found {
			return nil, errors.New("no tile " + path)
		}
		out = append(out, data)
	}
	return out, nil
}

func answerReading(q reading, whole map[string][]byte) (a read) {
	reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: hash(q.Root)}, tiles{whole, q.Changed})
	refused := func(err error) {
		if err != nil {
			a.Refused = append(a.Refused, err.Error())
		}
	}
	for _, one := range q.Records {
		proof, err := tlog.ProveRecord(one[0], one[1], reader)
		refused(err)
		a.Records = append(a.Records, plain(proof))
	}
	for _, one := range q.Trees {
		proof, err := tlog.ProveTree(one[0], one[1], reader)
		refused(err)
		a.Trees = append(a.Trees, plain(proof))
	}
	for _, size := range q.Roots {
		root, err := tlog.TreeHash(size, reader)
		refused(err)
		a.Roots = append(a.Roots, append([]byte{}, root[:]...))
	}
	return a
}

func main() {
	var q questions
	var a answers
	must(0, json.NewDecoder(os.Stdin).Decode(&q))
	a.MLDSA = knowsMLDSA
	var known []note.Verifier
	for _, key := range q.Keys {
		known = append(known, verifier(key))
	}
	for _, data := range q.Notes {
		count := 0
		if opened, err := note.Open(data, note.VerifierList(known...)); err == nil {
			count = len(opened.Sigs)
		}
		a.Notes = append(a.Notes, count)
	}
	for _, one := range q.ToSign {
		signer := must(note.NewSigner(one.Key))
		a.Signed = append(a.Signed, must(note.Sign(&note.Note{Text: one.Text}, signer)))
	}
	for _, one := range q.Inclusions {
		leaf := tlog.RecordHash(one.Data)
		err := tlog.CheckRecord(hashes(one.Proof), one.Size, hash(one.Root), one.Index, leaf)
		a.Inclusions = append(a.Inclusions, err == nil)
	}
	for _, one := range q.Consistencies {
		err := tlog.CheckTree(hashes(one.Proof), one.New, hash(one.NewRoot), one.Old, hash(one.OldRoot))
		a.Consistencies = append(a.Consistencies, err == nil)
	}
	for _, one := range q.Readings {
		a.Readings = append(a.Readings, answerReading(one, q.Tiles))
	}
	must(0, json.NewEncoder(os.Stdout).Encode(a))
}
