package machine

import (
	"slices"
	"strings"
)

// everything names the layers that a complete lab has before its first scenario. Those
// of a Node.js with its owner are made when they are first wanted.
func everything() []string {
	out := []string{"docker", "windows", "dist", "dist-windows", "registry"}
	for _, suite := range suites {
		out = append(out, "desktop-"+suite)
	}
	return append(out, "apt-trixie", "nodeenv")
}

// recipeOf finds the recipe of a layer.
func recipeOf(name string) (recipe, error) {
	if slices.Contains(suites, name) {
		return baseRecipe(name), nil
	}
	if suite, ok := strings.CutPrefix(name, "desktop-"); ok && slices.Contains(suites, suite) {
		return packagesRecipe(name, suite, desktopPackages, ""), nil
	}
	if suite, ok := strings.CutPrefix(name, "apt-"); ok && slices.Contains(suites, suite) {
		return packagesRecipe(name, "desktop-"+suite, "nodejs npm", ""), nil
	}
	for _, r := range releases {
		if name == r.tree() {
			return treeRecipe(r), nil
		}
	}
	switch name {
	case "npm":
		return npmRecipe(), nil
	case "dist":
		return distRecipe(), nil
	case "dist-windows":
		return windowsDistRecipe(), nil
	case "registry":
		return registryRecipe(), nil
	case "nodeenv":
		return packagesRecipe(name, "desktop-trixie", "nodeenv python3", ""), nil
	case "docker":
		return packagesRecipe(name, "trixie", dockerPackages, dockerScript), nil
	case "wine":
		return packagesRecipe(name, "trixie", "wine64 wine", ""), nil
	case "windows":
		return windowsRecipe(), nil
	}
	return ownedRecipe(name)
}
