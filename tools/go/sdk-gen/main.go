// Writes the SDKs that Pulumi's own generators make of a schema: sdk-gen SCHEMA FOLDER LANGUAGE…
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type files = map[string][]byte

// The schema refers to no other package, so nothing is loaded.
var loader = struct{ schema.ReferenceLoader }{}

// As the language plugins of the Pulumi CLI call them, so that `pulumi package gen-sdk` gives the same bytes:
// https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
var generators = map[string]func(*schema.Package) (files, error){
	"nodejs": func(pkg *schema.Package) (files, error) {
		return nodejs.GeneratePackage("pulumi-language-nodejs", pkg, nil, nil, false, loader)
	},
	"python": func(pkg *schema.Package) (files, error) {
		return python.GeneratePackage("pulumi-language-python", pkg, nil, loader)
	},
	"go": func(pkg *schema.Package) (files, error) {
		return golang.GeneratePackage("pulumi-language-go", pkg, nil)
	},
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: sdk-gen SCHEMA FOLDER LANGUAGE…")
	}
	for _, language := range os.Args[3:] {
		if err := generate(os.Args[1], filepath.Join(os.Args[2], language), language); err != nil {
			log.Fatalf("%s: %v", language, err)
		}
	}
}

func generate(schemaFile, folder, language string) error {
	generator, known := generators[language]
	if !known {
		return fmt.Errorf("there is no generator for it")
	}
	pkg, err := read(schemaFile)
	if err != nil {
		return err
	}
	generated, err := generator(pkg)
	if err != nil {
		return err
	}
	return write(folder, generated)
}

// A package is read for each language anew: a generator changes it.
func read(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return pkg, nil
}

func write(folder string, generated files) error {
	for name, content := range generated {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
