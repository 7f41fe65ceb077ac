// Package record runs Pulumi programs without an engine and keeps the inputs of the resource each one makes.
package record

import (
	"encoding/json"
	"log"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type mocks struct {
	inputs map[string]any
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.inputs = args.Inputs.Mappable()
	return args.Name, resource.PropertyMap{}, nil
}

func (m *mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

var recorded = []map[string]any{}

// Run stands in for pulumi.Run.
func Run(program pulumi.RunFunc) {
	m := &mocks{}
	if err := pulumi.RunErr(program, pulumi.WithMocks("project", "stack", m)); err != nil {
		log.Fatal(err)
	}
	recorded = append(recorded, m.inputs)
}

// Print writes all inputs, in the order of the runs, as JSON.
func Print() {
	if err := json.NewEncoder(os.Stdout).Encode(recorded); err != nil {
		log.Fatal(err)
	}
}
