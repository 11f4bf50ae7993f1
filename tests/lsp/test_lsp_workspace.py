"""The language server and the files around the one that is edited."""

from lsp_client import BROKEN, INSTANCETYPE, NAMES_IT, in_editor, place, rules, the, types


@in_editor()
async def test_other_files_count_and_are_followed(ed):
    unknown = await ed.open(NAMES_IT)
    assert "RT702" in rules(unknown)
    await ed.write("type.yaml", INSTANCETYPE)
    found = await ed.diagnostics()
    assert "RT702" not in rules(found)
    (related,) = the("RT101", found).related_information
    assert related.location.uri == ed.uri("type.yaml")
    assert related.location.range.start == types.Position(7, 11)
    await ed.write("type.yaml", INSTANCETYPE.replace("host-model", "host-passthrough"))
    assert "RT101" not in rules(await ed.diagnostics())
    (ed.folder / "type.yaml").unlink()
    event = types.FileEvent(ed.uri("type.yaml"), types.FileChangeType.Deleted)
    ed.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert "RT702" in rules(await ed.diagnostics())


@in_editor()
async def test_an_instancetype_counts_as_it_is_typed(ed):
    await ed.open(NAMES_IT)
    await ed.open(INSTANCETYPE, "type.yaml")
    assert "RT702" not in rules(await ed.diagnostics())
    # Half-written, it counts as it was.
    ed.change(INSTANCETYPE + "  oops: [\n", "type.yaml")
    assert "RT001" in rules(await ed.diagnostics("type.yaml"))
    assert "RT702" not in rules(await ed.type(NAMES_IT + "\n"))
    ed.change(INSTANCETYPE.replace("name: rt", "name: other"), "type.yaml")
    assert "RT702" in rules(await ed.diagnostics())


@in_editor()
async def test_a_vm_that_names_an_instancetype_changes_no_other_file(ed):
    await ed.open(BROKEN)
    await ed.open(NAMES_IT, "names.yaml")
    await ed.type(NAMES_IT + "# one more\n", "names.yaml")
    await ed.hover(place(BROKEN, "model:", 2))
    assert ed.published[ed.uri("vm.yaml")].empty()


@in_editor()
async def test_the_editor_is_asked_to_tell_of_files_that_change(ed):
    await ed.open(BROKEN)
    (registration,) = ed.registered
    assert registration.method == "workspace/didChangeWatchedFiles"
    patterns = {each["globPattern"] for each in registration.register_options["watchers"]}
    assert patterns == {"**/*.{yaml,yml,json}", "**/{pyproject.toml,Kustomization}"}
    folders = ed.answer.capabilities.workspace.workspace_folders
    assert folders.supported
    assert folders.change_notifications


@in_editor()
async def test_a_configuration_is_followed_as_it_changes(ed):
    assert the("RT101", await ed.open(BROKEN)).severity == types.DiagnosticSeverity.Error
    await ed.write(".rtlint.yaml", "ignore: [RT102]\nseverity: {RT101: info}\n")
    found = await ed.diagnostics()
    assert "RT102" not in rules(found)
    assert the("RT101", found).severity == types.DiagnosticSeverity.Information
    await ed.write(".rtlint.yaml", "per-file-ignores: {'vm.*': RT101}\n")
    found = await ed.diagnostics()
    assert "RT102" in rules(found)
    assert "RT101" not in rules(found)
    await ed.write(".rtlint.yaml", "kubevirt-version: v1.2\n")
    await ed.diagnostics()
    assert "KubeVirt v1.2" in await ed.hover(place(BROKEN, '"1-3"', 2))
    await ed.remove(".rtlint.yaml")
    assert "RT102" in rules(await ed.diagnostics())
    await ed.write("pyproject.toml", "[tool.rtlint]\nselect = ['RT101']\n")
    assert rules(await ed.diagnostics()) == ["RT101"]


@in_editor()
async def test_the_nearest_configuration_counts(ed):
    folder = ed.folder / "lab"
    folder.mkdir()
    await ed.write(".rtlint.yaml", "select: [RT101]\n")
    await ed.write("lab/rtlint.yaml", "select: [RT102]\n")
    assert rules(await ed.open(BROKEN)) == ["RT101"]
    assert rules(await ed.open(BROKEN, "lab/vm.yaml")) == ["RT102"]


@in_editor()
async def test_an_excluded_file_has_no_findings_and_says_nothing_of_others(ed):
    await ed.write("type.yaml", INSTANCETYPE)
    assert "RT702" not in rules(await ed.open(NAMES_IT))
    await ed.write(".rtlint.yaml", "exclude: [other.yaml, type.yaml]\n")
    assert "RT702" in rules(await ed.diagnostics())
    assert not await ed.open(BROKEN + "oops: [", "other.yaml")
    await ed.write(".rtlint.yaml", "exclude: [type.yaml]\n")
    assert rules(await ed.diagnostics("other.yaml")) == ["RT001"]


@in_editor()
async def test_a_wrong_configuration_is_told_once_and_the_last_good_one_counts(ed):
    await ed.write(".rtlint.yaml", "select: [RT101]\n")
    assert rules(await ed.open(BROKEN)) == ["RT101"]
    for text in ("# one\nselct: RT102\n", "# two\nselct: RT102\n"):
        await ed.write(".rtlint.yaml", text)
        assert rules(await ed.diagnostics()) == ["RT101"]
        assert rules(await ed.type(BROKEN)) == ["RT101"]
    (told,) = ed.messages
    assert ".rtlint.yaml:2: `selct` is no key of the configuration" in told
    await ed.write(".rtlint.yaml", "select: [RT102]\n")
    assert rules(await ed.diagnostics()) == ["RT102"]
    await ed.write(".rtlint.yaml", "select: [RT102\n")
    assert rules(await ed.diagnostics()) == ["RT102"]
    assert len(ed.messages) == 2


@in_editor()
async def test_the_first_configuration_is_wrong(ed):
    await ed.write(".rtlint.yaml", "exclude: 1\n")
    assert "RT101" in rules(await ed.open(BROKEN))
    assert "`exclude` must be" in ed.messages[0]


@in_editor()
async def test_a_configuration_counts_as_it_is_saved(ed):
    await ed.open(BROKEN)
    await ed.open("select: [RT101]\n", ".rtlint.yaml")
    assert "RT102" in rules(await ed.type(BROKEN))
    (ed.folder / ".rtlint.yaml").write_text("select: [RT101]\n")
    ed.save(".rtlint.yaml")
    assert rules(await ed.diagnostics()) == ["RT101"]


CLUSTER = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt, namespace: kubevirt}
spec: {configuration: {cpuModel: host-passthrough}}
"""
WITHOUT_A_MODEL = BROKEN.replace("      model: host-model  # 実時間 😀\n", "")


@in_editor()
async def test_the_cluster_is_followed_as_it_changes(ed):
    assert "RT101" in rules(await ed.open(WITHOUT_A_MODEL))
    await ed.write("cluster.yaml", CLUSTER)
    assert "RT101" not in rules(await ed.diagnostics())
    await ed.write("cluster.yaml", CLUSTER.replace("host-passthrough", "host-model"))
    assert "RT101" in rules(await ed.diagnostics())
    # Not saved yet, it counts as it is typed.
    await ed.open(CLUSTER, "cluster.yaml")
    assert "RT101" not in rules(await ed.diagnostics())


def test_a_configured_cluster_is_followed_as_it_changes(tmp_path):
    # One repository: the workspace is a folder of it.
    (tmp_path / ".git").mkdir()
    outside = tmp_path / "cluster.yaml"
    outside.write_text(CLUSTER)
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / ".rtlint.yaml").write_text("cluster: ../cluster.yaml\n")

    async def follow(ed):
        assert "RT101" not in rules(await ed.open(WITHOUT_A_MODEL))
        await ed.write("../cluster.yaml", CLUSTER.replace("host-passthrough", "host-model"))
        assert "RT101" in rules(await ed.diagnostics())
        await ed.write("../cluster.yaml", "kind: [")
        assert "RT101" in rules(await ed.diagnostics())
        assert "cluster.yaml:1" in ed.messages[0]

    in_editor()(follow)(folder)


def test_the_command_line_wins_over_configurations(tmp_path):
    (tmp_path / "cluster").write_text(CLUSTER)

    async def wins(ed):
        await ed.write("other.yaml", CLUSTER.replace("host-passthrough", "host-model"))
        await ed.write(".rtlint.yaml", "kubevirt-version: v1.2\ncluster: other.yaml\n")
        assert "RT101" not in rules(await ed.open(WITHOUT_A_MODEL))
        assert "KubeVirt v1.3" in await ed.hover(place(WITHOUT_A_MODEL, '"1-3"', 2))

    options = {"kubevirtVersion": "v1.1"}
    args = ("--kubevirt-version", "v1.3", "--cluster", str(tmp_path / "cluster"))
    in_editor(*args, options=options)(wins)(tmp_path)


@in_editor(options={"kubevirtVersion": "v1.1"})
async def test_the_editor_wins_over_configurations(ed):
    await ed.write(".rtlint.yaml", "kubevirt-version: v1.2\n")
    await ed.open(BROKEN)
    assert "KubeVirt v1.1" in await ed.hover(place(BROKEN, '"1-3"', 2))


KUBELET = """\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicyOptions: {full-pcpus-only: "true"}
"""


@in_editor()
async def test_the_kubelets_are_followed_as_they_change(ed):
    text = BROKEN.replace("cores: 4", "cores: 4\n      isolateEmulatorThread: true")
    assert "RT110" not in rules(await ed.open(text))
    await ed.write("kubelet.yaml", KUBELET)
    assert "RT110" in rules(await ed.diagnostics())
    await ed.write("kubelet.yaml", KUBELET.replace("true", "false"))
    assert "RT110" not in rules(await ed.diagnostics())


@in_editor()
async def test_a_patch_of_kustomize_is_linted_as_a_patch(ed):
    assert "RT102" in rules(await ed.open(BROKEN))
    await ed.write("kustomization.yaml", "patches: [{path: vm.yaml}]\n")
    assert rules(await ed.diagnostics()) == ["RT101"]
    assert rules(await ed.type(BROKEN)) == ["RT101"]
    await ed.write("kustomization.yaml", "resources: [vm.yaml]\n")
    assert "RT102" in rules(await ed.diagnostics())


@in_editor()
async def test_folders_come_and_go(ed):
    other = ed.folder.parent / f"{ed.folder.name}-other"
    other.mkdir()
    (other / "type.yaml").write_text(INSTANCETYPE)
    assert "RT702" in rules(await ed.open(NAMES_IT))
    folder = types.WorkspaceFolder(other.as_uri(), "other")
    for event, is_known in (
        (types.WorkspaceFoldersChangeEvent([folder], []), True),
        (types.WorkspaceFoldersChangeEvent([], [folder]), False),
    ):
        params = types.DidChangeWorkspaceFoldersParams(event)
        ed.client.workspace_did_change_workspace_folders(params)
        assert ("RT702" not in rules(await ed.diagnostics())) == is_known


@in_editor()
async def test_a_file_outside_of_the_workspace_counts_while_it_is_open(ed):
    name = f"../{ed.folder.name}-type.yaml"
    (ed.folder / name).write_text(INSTANCETYPE)
    assert "RT702" in rules(await ed.open(NAMES_IT))
    await ed.open(INSTANCETYPE, name)
    assert "RT702" not in rules(await ed.diagnostics())
    ed.close(name)
    assert "RT702" in rules(await ed.diagnostics())


@in_editor()
async def test_a_folder_that_is_gone_says_nothing(ed):
    (ed.folder / "types").mkdir()
    await ed.write("types/type.yaml", INSTANCETYPE)
    assert "RT702" not in rules(await ed.open(NAMES_IT))
    (ed.folder / "types" / "type.yaml").unlink()
    (ed.folder / "types").rmdir()
    await ed.tell("types", types.FileChangeType.Deleted)
    assert "RT702" in rules(await ed.diagnostics())


@in_editor()
async def test_a_text_that_is_in_no_file(ed):
    uri = "untitled:Untitled-1"
    found = await ed.open(BROKEN, uri)
    assert "RT101" in rules(found)
    right = BROKEN.replace("host-model", "host-passthrough")
    assert "RT101" not in rules(await ed.type(right, uri))
    ed.close(uri)
    assert not await ed.diagnostics(uri)
    assert "RT101" in rules(await ed.open(BROKEN))
